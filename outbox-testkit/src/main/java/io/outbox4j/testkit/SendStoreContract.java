package io.outbox4j.testkit;

import io.outbox4j.spi.SendStore;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link SendStore} in a relational database promises. The tests share a table named
 * {@code message_send}; each uses an application of its own in it.
 */
public abstract class SendStoreContract {

  /** For subclasses. */
  protected SendStoreContract() {}

  /** The database, in which the table stands. */
  protected abstract DataSource dataSource();

  /** A store of an application's rows in that table. */
  protected abstract SendStore store(String application);

  @Nested
  class Appending extends AppendingContract {

    Appending() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Claiming extends ClaimingContract {

    Claiming() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Ordering extends OrderingContract {

    Ordering() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Lines extends LinesContract {

    Lines() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Waiting extends TimingContract {

    Waiting() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Settling extends SettlingContract {

    Settling() {
      super(SendStoreContract.this);
    }
  }

  @Nested
  class Purging extends PurgingContract {

    Purging() {
      super(SendStoreContract.this);
    }
  }
}
