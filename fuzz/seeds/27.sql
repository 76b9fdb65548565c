 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE ((p.ts)::date = (u.s)::date)) AS count
   FROM public.u;
