 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.u_id = ANY (ARRAY[u.id, u.up]))) AS count
   FROM public.u;
