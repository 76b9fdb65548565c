 SELECT p.u_id AS pk_x,
    count(v.s) AS count
   FROM (public.p
     LEFT JOIN public.u v ON (((p.s)::text = (v.id)::text)))
  GROUP BY p.u_id;
