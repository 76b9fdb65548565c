 SELECT lower((p.s)::text) AS pk_x,
    count(*) AS count
   FROM public.p
  GROUP BY (lower((p.s)::text));
