 SELECT u.id AS pk_x,
    a.members,
    a.s
   FROM (public.u
     JOIN public.a ON ((a.u_id = u.id)));
