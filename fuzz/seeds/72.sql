 SELECT a.id AS pk_x,
    to_jsonb(a.*) AS d
   FROM public.a;
