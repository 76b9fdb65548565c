 SELECT p.u_id AS pk_x,
    count(*) AS count,
    ( SELECT u.s
           FROM public.u
          WHERE (u.id = p.u_id)) AS s
   FROM public.p
  GROUP BY p.u_id;
