 SELECT u.id AS pk_x,
    e.es
   FROM (public.u
     CROSS JOIN LATERAL ( SELECT jsonb_agg(q.x ORDER BY q.o) AS es
           FROM jsonb_array_elements(u.j) WITH ORDINALITY q(x, o)) e);
