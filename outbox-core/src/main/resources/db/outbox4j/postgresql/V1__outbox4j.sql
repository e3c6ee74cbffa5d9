-- liquibase formatted sql
-- changeset outbox4j:1

-- Messages to be sent. Half of each page stays free, so that the row that is marked sent finds room
-- beside its first version: a third less write-ahead log.
CREATE TABLE IF NOT EXISTS message_send (
    message_id      uuid          NOT NULL PRIMARY KEY,
    seq             bigint        NOT NULL GENERATED ALWAYS AS IDENTITY,
    status          smallint      NOT NULL DEFAULT 0,  -- 0 unsent, 1 sent, 2 dead, 3 cancelled or discarded
    claims          integer       NOT NULL,            -- how often claimed: the fence of negative outcomes
    resolved        integer       NOT NULL DEFAULT 0,  -- the last claim whose end is known
    attempts        integer       NOT NULL DEFAULT 0,  -- how often the broker rejected it
    next_attempt_at timestamptz   NOT NULL,
    retry           boolean       NOT NULL,
    bucket          smallint      NOT NULL,
    order_key       varchar(64)   COLLATE "C",         -- the line in which it stands, if any
    head_policy     smallint      NOT NULL DEFAULT 0,  -- of a row in a line, when it is dead: 0 blocks it, 1 stands aside, 2 takes the rows behind it along
    application     varchar(100)  NOT NULL,
    transport       varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    message_key     varchar(1000),
    partition_no    integer,
    business_id     varchar(255),
    message_type    varchar(255)  NOT NULL,
    content_type    varchar(255),
    headers         text,                              -- application/x-www-form-urlencoded
    payload         bytea,
    created_at      timestamptz   NOT NULL,
    deliver_at      timestamptz,                       -- the time that a delayed one waits for
    expires_at      timestamptz,                       -- when it is given up
    sent_at         timestamptz,
    place           varchar(255),                      -- where the broker put it
    last_error      varchar(1000)
) WITH (fillfactor = 50);

CREATE INDEX IF NOT EXISTS message_send_due ON message_send (next_attempt_at) WHERE status = 0 AND order_key IS NULL;
CREATE INDEX IF NOT EXISTS message_send_line ON message_send (order_key, seq) WHERE order_key IS NOT NULL AND status IN (0, 2);
CREATE INDEX IF NOT EXISTS message_send_dead ON message_send (message_id) WHERE status = 2;
COMMENT ON TABLE message_send IS 'outbox4j schema 1';

-- Messages received.
CREATE TABLE IF NOT EXISTS message_consume (
    consumer_group  varchar(150)  COLLATE "C" NOT NULL,
    source          varchar(200)  COLLATE "C" NOT NULL,
    message_id      varchar(255)  COLLATE "C" NOT NULL,
    status          smallint      NOT NULL,            -- 0 redelivery asked for, 1 consumed, 2 failed, 3 parked
    attempts        integer       NOT NULL DEFAULT 0,  -- how often the handler failed
    deliveries      integer       NOT NULL DEFAULT 1,  -- PostgreSQL does not count recognised duplicates
    application     varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    partition_no    integer,
    offset_no       bigint,
    business_id     varchar(255),
    headers         text,                              -- application/x-www-form-urlencoded
    payload         bytea,
    created_at      timestamptz   NOT NULL,
    consumed_at     timestamptz,
    first_failed_at timestamptz,
    last_failed_at  timestamptz,
    last_error      varchar(1000),
    PRIMARY KEY (consumer_group, source, message_id)
);

CREATE INDEX IF NOT EXISTS message_consume_done ON message_consume (consumed_at) WHERE status = 1;
CREATE INDEX IF NOT EXISTS message_consume_open ON message_consume (status, created_at) WHERE status <> 1;
COMMENT ON TABLE message_consume IS 'outbox4j schema 1';
