package com.example.points;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Stands for what a real listener does before it writes: prices to look up, others to ask. */
@Component
class Work {

  private final Duration time;

  Work(@Value("${points.work:0ms}") Duration time) {
    this.time = time;
  }

  void run() {
    LockSupport.parkNanos(time.toNanos());
  }
}
