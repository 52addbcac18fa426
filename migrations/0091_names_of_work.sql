-- Names of what work orders and tasks point to. Only the names: a column that the tables get later
-- need not be added here.
CREATE VIEW work_order_names AS
SELECT o.id, g.code AS area, h.code AS home, h.address, d.code AS device, d.room,
    p.name AS owner_name,
    ARRAY(SELECT alarm_id FROM work_order_alarms w WHERE w.work_order_id = o.id ORDER BY 1)
        AS alarms
FROM work_orders o
JOIN areas g ON g.id = o.area_id
LEFT JOIN homes h ON h.id = o.home_id
LEFT JOIN devices d ON d.id = o.device_id
LEFT JOIN users u ON u.id = o.owner_id
LEFT JOIN people p ON p.id = u.person_id;

CREATE VIEW task_names AS
SELECT t.id, h.code AS home, p.name AS owner_name
FROM tasks t
LEFT JOIN homes h ON h.id = t.home_id
LEFT JOIN users u ON u.id = t.owner_id
LEFT JOIN people p ON p.id = u.person_id;
