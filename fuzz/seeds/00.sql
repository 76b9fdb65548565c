 SELECT u.id AS pk_x,
    a.ord,
    a.e
   FROM (public.u
     CROSS JOIN LATERAL unnest(u.arr) WITH ORDINALITY a(e, ord));
