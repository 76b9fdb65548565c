 SELECT p.u_id AS pk_x,
    v.label
   FROM (( SELECT DISTINCT p_1.u_id
           FROM public.p p_1) p
     LEFT JOIN ( VALUES (1,'a'::text), (2,'b'::text)) v(id, label) ON ((v.id = p.u_id)));
