 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (((p.j ->> 'u'::text))::integer = u.id)) AS count
   FROM public.u;
