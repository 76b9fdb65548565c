 SELECT u.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p,
            LATERAL jsonb_array_elements((p.j -> 'us'::text)) e(value)
          WHERE (((e.value ->> 'id'::text))::integer = u.id)) AS count
   FROM public.u;
