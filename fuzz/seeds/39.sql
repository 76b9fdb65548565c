 SELECT v.id AS pk_x,
    ( SELECT count(*) AS count
           FROM public.p
          WHERE (p.n = v.id)) AS count
   FROM ( VALUES (1,'a'::text), (2,'b'::text)) v(id, label);
