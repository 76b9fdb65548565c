 SELECT u.id AS pk_x,
    (NOT (u.id IN ( SELECT p.u_id
           FROM public.p))) AS lonely
   FROM public.u;
