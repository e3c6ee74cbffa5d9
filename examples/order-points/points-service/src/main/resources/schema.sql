-- One row for each time that points were given. Nothing here forbids a second row for an order:
-- it is the inbox that keeps doubles away, and a double would be seen.
CREATE TABLE IF NOT EXISTS points (
  entry_id VARCHAR(40) NOT NULL PRIMARY KEY,
  order_id VARCHAR(40) NOT NULL,
  customer VARCHAR(40) NOT NULL,
  points   BIGINT      NOT NULL
);
