 SELECT u.id AS pk_x
   FROM public.u
  WHERE (u.id IN ( SELECT q.u_id
           FROM ( SELECT p.u_id,
                    count(*) AS cnt
                   FROM public.p
                  GROUP BY p.u_id) q
          WHERE (q.cnt > 1)));
