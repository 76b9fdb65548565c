 SELECT u.id AS pk_x,
        CASE
            WHEN (u.n > 1) THEN ( SELECT count(*) AS count
               FROM public.p
              WHERE (p.u_id = u.id))
            ELSE NULL::bigint
        END AS "case"
   FROM public.u;
