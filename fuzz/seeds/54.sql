 SELECT p.u_id AS pk_x,
    p.n
   FROM (public.p
     JOIN LATERAL ( SELECT x.u_id
           FROM public.c x
          WHERE (x.u_id = p.u_id)
         LIMIT 1) l ON ((l.u_id = p.u_id)));
