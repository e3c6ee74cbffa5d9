package io.outbox4j.publish;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PrePersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "account")
class Account {

  @Id private long id;
  private String name = "";
  @Transient @Nullable Runnable beforePersist;
  @Transient @Nullable Runnable afterPersist;

  Account() {}

  Account(long id, String name) {
    this.id = id;
    this.name = name;
  }

  void rename(String other) {
    name = other;
  }

  String name() {
    return name;
  }

  @PrePersist
  void beforePersist() {
    if (beforePersist != null) {
      beforePersist.run();
    }
  }

  @PostPersist
  void afterPersist() {
    if (afterPersist != null) {
      afterPersist.run();
    }
  }
}
