 SELECT u.id AS pk_x
   FROM public.u TABLESAMPLE bernoulli (50) REPEATABLE (1);
