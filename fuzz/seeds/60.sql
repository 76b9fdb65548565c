 SELECT q.k AS pk_x,
    jsonb_agg(jsonb_build_array(q.val, q.cnt) ORDER BY q.g, q.val) AS d
   FROM ( SELECT p.u_id AS k,
            GROUPING(p.n) AS g,
            p.n AS val,
            count(*) AS cnt
           FROM public.p
          GROUP BY p.u_id, GROUPING SETS ((p.n), ())) q
  GROUP BY q.k;
