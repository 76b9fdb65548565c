 SELECT u.id AS pk_x,
    p.s
   FROM (public.u
     JOIN public.p ON ((p.id = ( SELECT max(x.id) AS max
           FROM public.p x
          WHERE (x.u_id = u.id)))));
