 SELECT COALESCE(a.u_id, b.u_id) AS pk_x,
    a.k,
    b.k AS k2
   FROM (( SELECT p.u_id,
            count(*) AS k
           FROM public.p
          GROUP BY p.u_id) a
     FULL JOIN ( SELECT c.u_id,
            count(*) AS k
           FROM public.c
          GROUP BY c.u_id) b ON ((a.u_id = b.u_id)));
