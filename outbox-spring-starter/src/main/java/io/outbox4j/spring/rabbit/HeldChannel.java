package io.outbox4j.spring.rabbit;

import com.rabbitmq.client.Channel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channel as a listener sees it: what it says of deliveries is held back until the transaction
 * has ended. A message that is acknowledged before its effect is committed would be lost when the
 * process dies in between.
 *
 * <p>Thread-safe: listeners may acknowledge on threads of their own.
 */
final class HeldChannel {

  private static final Set<String> POSITIVE = Set.of("basicAck");
  private static final Set<String> NEGATIVE = Set.of("basicNack", "basicReject");

  private record Said(Method method, @Nullable Object[] arguments) {}

  private final Channel containers;
  private final Channel listeners;
  private final List<Said> said = new ArrayList<>();
  private Set<String> held = Set.of("basicAck", "basicNack", "basicReject");

  HeldChannel(Channel containers) {
    this.containers = containers;
    this.listeners =
        (Channel)
            Proxy.newProxyInstance(
                HeldChannel.class.getClassLoader(),
                new Class<?>[] {Channel.class},
                (proxy, method, arguments) -> call(method, arguments));
  }

  /** What the listener is given. */
  Channel forListener() {
    return listeners;
  }

  private @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
    synchronized (this) {
      if (held.contains(method.getName())) {
        said.add(new Said(method, arguments));
        return null;
      }
    }
    try {
      return method.invoke(containers, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Forgets what was said: the transaction starts again. */
  synchronized void forget() {
    said.clear();
  }

  /** Whether the listener refused a delivery. */
  synchronized boolean refused() {
    return said.stream().anyMatch(it -> NEGATIVE.contains(it.method().getName()));
  }

  /** After a commit: passes on what was said, and from now on all that will be. */
  synchronized void release() {
    release(Set.of());
  }

  /** After a rollback: passes on refusals, also later ones, and never an acknowledgement. */
  synchronized void releaseRefusals() {
    release(POSITIVE);
  }

  private void release(Set<String> stillHeld) {
    held = stillHeld;
    for (Said it : said) {
      if (held.contains(it.method().getName())) {
        continue;
      }
      try {
        it.method().invoke(containers, it.arguments());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "The channel refused " + it.method().getName() + " after the transaction",
            e.getCause());
      }
    }
    said.clear();
  }
}
