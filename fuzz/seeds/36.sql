 SELECT date_trunc('day'::text, p.ts, 'UTC'::text) AS pk_x,
    count(*) AS count
   FROM public.p
  GROUP BY (date_trunc('day'::text, p.ts, 'UTC'::text));
