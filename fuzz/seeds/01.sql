 SELECT a.e AS pk_x,
    count(*) AS count
   FROM (public.u
     CROSS JOIN LATERAL unnest(u.arr) a(e))
  GROUP BY a.e;
