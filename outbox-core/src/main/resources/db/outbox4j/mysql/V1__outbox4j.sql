-- liquibase formatted sql
-- changeset outbox4j:1

-- Messages to be sent. Times are UTC.
CREATE TABLE IF NOT EXISTS message_send (
    message_id      binary(16)    NOT NULL PRIMARY KEY,
    seq             bigint        NOT NULL AUTO_INCREMENT,
    status          smallint      NOT NULL DEFAULT 0,  -- 0 unsent, 1 sent, 2 dead, 3 cancelled or discarded
    claims          integer       NOT NULL,            -- how often claimed: the fence of negative outcomes
    resolved        integer       NOT NULL DEFAULT 0,  -- the last claim whose end is known
    attempts        integer       NOT NULL DEFAULT 0,  -- how often the broker rejected it
    next_attempt_at datetime(6)   NOT NULL,
    retry           boolean       NOT NULL,
    bucket          smallint      NOT NULL,
    order_key       varchar(64) CHARACTER SET ascii COLLATE ascii_bin,  -- the line in which it stands, if any
    head_policy     smallint      NOT NULL DEFAULT 0,  -- of a row in a line, when it is dead: 0 blocks it, 1 stands aside, 2 takes the rows behind it along
    application     varchar(100)  NOT NULL,
    transport       varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    message_key     varchar(1000),
    partition_no    integer,
    business_id     varchar(255),
    message_type    varchar(255)  NOT NULL,
    content_type    varchar(255),
    headers         longtext CHARACTER SET ascii,      -- application/x-www-form-urlencoded
    payload         longblob,
    created_at      datetime(6)   NOT NULL,
    deliver_at      datetime(6),                       -- the time that a delayed one waits for
    expires_at      datetime(6),                       -- when it is given up
    sent_at         datetime(6),
    place           varchar(255),                      -- where the broker put it
    last_error      varchar(1000),
    UNIQUE KEY message_send_seq (seq),
    KEY message_send_due (status, order_key, next_attempt_at),
    KEY message_send_line (order_key, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = 'outbox4j schema 1';

-- Messages received. Times are UTC.
-- The key is UTF-8 in binary columns: utf8mb4_bin takes 'a' and 'a ' for one message, and the collation
-- that does not (utf8mb4_0900_bin) came with 8.0.17. CONVERT(message_id USING utf8mb4) makes it readable.
CREATE TABLE IF NOT EXISTS message_consume (
    consumer_group  varbinary(600) NOT NULL,
    source          varbinary(800) NOT NULL,
    message_id      varbinary(1020) NOT NULL,
    status          smallint      NOT NULL,            -- 0 redelivery asked for, 1 consumed, 2 failed, 3 parked
    attempts        integer       NOT NULL DEFAULT 0,  -- how often the handler failed
    deliveries      integer       NOT NULL DEFAULT 1,  -- how often it was received
    application     varchar(100)  NOT NULL,
    topic           varchar(512)  NOT NULL,
    partition_no    integer,
    offset_no       bigint,
    business_id     varchar(255),
    headers         longtext CHARACTER SET ascii,      -- application/x-www-form-urlencoded
    payload         longblob,
    created_at      datetime(6)   NOT NULL,
    consumed_at     datetime(6),
    first_failed_at datetime(6),
    last_failed_at  datetime(6),
    last_error      varchar(1000),
    PRIMARY KEY (consumer_group, source, message_id),
    KEY message_consume_done (status, consumed_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = 'outbox4j schema 1';
