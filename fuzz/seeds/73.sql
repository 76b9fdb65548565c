 SELECT u.id AS pk_x,
    first_value(p.n) OVER w AS first_value,
    (p.ts)::date AS ts,
    EXTRACT(year FROM p.ts) AS "extract",
    p.arr[1] AS a1,
    p.arr[1:2] AS a2,
    COALESCE(p.n, 0) AS "coalesce",
    NULLIF((p.s)::text, ''::text) AS "nullif",
    (p.s COLLATE "C") AS x,
    (p.j #>> '{a,b}'::text[]) AS y,
    (p.ts AT TIME ZONE 'UTC'::text) AS z,
    ((p.s)::text ~ 'x'::text) AS q,
    GREATEST(p.n, 1) AS g,
    ((p.s)::text ~~ 'a%'::text) AS l,
    (ROW(p.n, p.s) IS NULL) AS r,
    (ARRAY[1, 2] || p.arr) AS ar3
   FROM (public.u
     JOIN public.p ON ((p.u_id = u.id)))
  WINDOW w AS (PARTITION BY u.id ORDER BY p.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES);
