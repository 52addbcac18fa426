-- Work for the depot, and whatever else somebody is to do by a date. The texts can be erased.
CREATE TABLE work_orders (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('battery', 'replace', 'repair', 'connect')),
    state        text NOT NULL DEFAULT 'OPEN'
        CHECK (state IN ('OPEN', 'ASSIGNED', 'DONE', 'CANCELLED')),
    area_id      bigint NOT NULL REFERENCES areas,
    home_id      bigint REFERENCES homes,        -- null: the whole area's
    device_id    integer REFERENCES devices,     -- null: the hub's, or the area's
    alarm_id     bigint REFERENCES alarms,       -- the alarm it was made for; null: by hand
    owner_id     bigint REFERENCES users,
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    finished_at  timestamptz,                    -- done or cancelled
    finished_by  bigint REFERENCES users,        -- null: cancelled by the system
    escalated_at timestamptz,                    -- overdue, and the supervisor was told
    note         text NOT NULL DEFAULT '',       -- what was found and done
    CHECK ((state IN ('DONE', 'CANCELLED')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX work_orders_one_open ON work_orders (area_id, home_id, device_id, kind)
    NULLS NOT DISTINCT WHERE state IN ('OPEN', 'ASSIGNED');
CREATE INDEX work_orders_due ON work_orders (due_at) WHERE state IN ('OPEN', 'ASSIGNED');

-- Every technical alarm a work order takes care of: several may need the same work.
CREATE TABLE work_order_alarms (
    alarm_id      bigint PRIMARY KEY REFERENCES alarms,
    work_order_id bigint NOT NULL REFERENCES work_orders
);
CREATE INDEX work_order_alarms_order ON work_order_alarms (work_order_id);

CREATE TABLE tasks (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state        text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'DONE')),
    text         text NOT NULL,
    home_id      bigint REFERENCES homes,
    alarm_id     bigint REFERENCES alarms,
    owner_id     bigint REFERENCES users,
    created_by   bigint NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    done_at      timestamptz,
    done_by      bigint REFERENCES users,
    escalated_at timestamptz,
    note         text NOT NULL DEFAULT '',
    CHECK ((state = 'DONE') = (done_at IS NOT NULL))
);
CREATE INDEX tasks_due ON tasks (due_at) WHERE state = 'OPEN';
