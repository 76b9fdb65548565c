 SELECT a.id AS pk_x,
    b.s AS b,
    c.s AS c,
    ( SELECT count(*) AS count
           FROM (public.u d
             JOIN public.u e ON ((e.up = d.id)))
          WHERE (d.up = a.id)) AS count
   FROM ((public.u a
     LEFT JOIN public.u b ON ((b.id = a.up)))
     LEFT JOIN public.u c ON ((c.id = b.up)));
