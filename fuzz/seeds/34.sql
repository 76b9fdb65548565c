 SELECT p.u_id AS pk_x,
    p.n AS k2,
    count(*) AS count
   FROM public.p
  GROUP BY GROUPING SETS ((p.u_id, p.n), (p.u_id));
