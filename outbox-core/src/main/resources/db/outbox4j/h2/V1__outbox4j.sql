-- liquibase formatted sql
-- changeset outbox4j:1

-- Messages to be sent.
CREATE TABLE IF NOT EXISTS message_send (
    message_id      uuid          NOT NULL PRIMARY KEY,
    seq             bigint        GENERATED ALWAYS AS IDENTITY (NO CACHE),
    status          smallint      DEFAULT 0 NOT NULL,  -- 0 unsent, 1 sent, 2 dead, 3 cancelled or discarded
    claims          integer       NOT NULL,            -- how often claimed: the fence of negative outcomes
    resolved        integer       DEFAULT 0 NOT NULL,  -- the last claim whose end is known
    attempts        integer       DEFAULT 0 NOT NULL,  -- how often the broker rejected it
    next_attempt_at timestamp(6) with time zone NOT NULL,
    retry           boolean       NOT NULL,
    bucket          smallint      NOT NULL,
    order_key       varchar(64),                       -- the line in which it stands, if any
    head_policy     smallint      DEFAULT 0 NOT NULL,  -- of a row in a line, when it is dead: 0 blocks it, 1 stands aside, 2 takes the rows behind it along
    application     varchar(100)  NOT NULL,
    transport       varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    message_key     varchar(1000),
    partition_no    integer,
    business_id     varchar(255),
    message_type    varchar(255)  NOT NULL,
    content_type    varchar(255),
    headers         varchar(1000000),                  -- application/x-www-form-urlencoded
    payload         binary large object,
    created_at      timestamp(6) with time zone NOT NULL,
    deliver_at      timestamp(6) with time zone,       -- the time that a delayed one waits for
    expires_at      timestamp(6) with time zone,       -- when it is given up
    sent_at         timestamp(6) with time zone,
    place           varchar(255),                      -- where the broker put it
    last_error      varchar(1000)
);

CREATE INDEX IF NOT EXISTS message_send_due ON message_send (status, order_key, next_attempt_at);
CREATE INDEX IF NOT EXISTS message_send_line ON message_send (order_key, seq);
COMMENT ON TABLE message_send IS 'outbox4j schema 1';

-- Messages received.
CREATE TABLE IF NOT EXISTS message_consume (
    consumer_group  varchar(150)  NOT NULL,
    source          varchar(200)  NOT NULL,
    message_id      varchar(255)  NOT NULL,
    status          smallint      NOT NULL,            -- 0 redelivery asked for, 1 consumed, 2 failed, 3 parked
    attempts        integer       DEFAULT 0 NOT NULL,  -- how often the handler failed
    deliveries      integer       DEFAULT 1 NOT NULL,  -- H2 does not count recognised duplicates
    application     varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    partition_no    integer,
    offset_no       bigint,
    business_id     varchar(255),
    headers         varchar(1000000),                  -- application/x-www-form-urlencoded
    payload         binary large object,
    created_at      timestamp(6) with time zone NOT NULL,
    consumed_at     timestamp(6) with time zone,
    first_failed_at timestamp(6) with time zone,
    last_failed_at  timestamp(6) with time zone,
    last_error      varchar(1000),
    PRIMARY KEY (consumer_group, source, message_id)
);

CREATE INDEX IF NOT EXISTS message_consume_done ON message_consume (status, consumed_at);
COMMENT ON TABLE message_consume IS 'outbox4j schema 1';
