 SELECT u.id AS pk_x,
    p.s
   FROM (public.u
     JOIN public.p ON (((p.u_id = u.id) AND (p.n <= u.n) AND ((p.s)::text <> u.s))));
