package io.outbox4j.spring.rocketmq;

import io.outbox4j.rocketmq.RocketMqTransport;
import io.outbox4j.spi.Transport;
import io.outbox4j.spring.TransportFactory;
import java.time.Duration;
import java.util.UUID;
import org.apache.rocketmq.client.AccessChannel;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.spring.autoconfigure.RocketMQProperties;
import org.apache.rocketmq.spring.support.RocketMQUtil;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Makes transports to RocketMQ of what rocketmq-spring makes its producer of. */
final class RocketMqTransportFactory implements TransportFactory {

  private static final String USUAL_GROUP = "outbox";

  private final Environment environment;
  private final RocketMQProperties applications;

  RocketMqTransportFactory(Environment environment, RocketMQProperties applications) {
    this.environment = environment;
    this.applications = applications;
  }

  @Override
  public String type() {
    return "rocketmq";
  }

  @Override
  public Transport create(String own, Duration sendLimit) {
    RocketMQProperties properties =
        Binder.get(environment).bind(own, RocketMQProperties.class).orElse(applications);
    return RocketMqTransport.of(() -> producer(properties), sendLimit);
  }

  private static DefaultMQProducer producer(RocketMQProperties properties) {
    RocketMQProperties.Producer settings =
        properties.getProducer() == null
            ? new RocketMQProperties.Producer()
            : properties.getProducer();
    DefaultMQProducer producer =
        RocketMQUtil.createDefaultMQProducer(
            StringUtils.hasText(settings.getGroup()) ? settings.getGroup() : USUAL_GROUP,
            settings.getAccessKey(),
            settings.getSecretKey(),
            settings.isEnableMsgTrace(),
            settings.getCustomizedTraceTopic());
    producer.setNamesrvAddr(properties.getNameServer());
    if (StringUtils.hasText(properties.getAccessChannel())) {
      producer.setAccessChannel(AccessChannel.valueOf(properties.getAccessChannel()));
    }
    producer.setSendMsgTimeout(settings.getSendMessageTimeout());
    producer.setMaxMessageSize(settings.getMaxMessageSize());
    producer.setCompressMsgBodyOverHowmuch(settings.getCompressMessageBodyThreshold());
    producer.setUseTLS(settings.isTlsEnable());
    if (StringUtils.hasText(settings.getNamespace())) {
      producer.setNamespace(settings.getNamespace());
    }
    if (StringUtils.hasText(settings.getNamespaceV2())) {
      producer.setNamespaceV2(settings.getNamespaceV2());
    }
    // A connection of its own: one that is shared with the template's producer ends with that.
    producer.setInstanceName("outbox-" + UUID.randomUUID());
    return producer;
  }
}
