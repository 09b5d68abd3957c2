# One image for all parts: docker build -t goalgpt . after ./goalgpt settings, which builds the jars (no JDK and no Maven in here).
# Classic builders take it, too: no RUN --mount, no COPY --chmod.

FROM eclipse-temurin:21-jre AS trained
COPY standalone/target/lib /app/lib
COPY operations/docker/jvm.options /app/
RUN useradd --uid 10001 --no-create-home trainee && mkdir /training && chown trainee /training
# What a whole run loads: a few seconds of everything in one process, with the Postgres and the broker that are in the jars.
USER 10001
RUN java --enable-native-access=ALL-UNNAMED -XX:DumpLoadedClassList=/training/all.classes -Xmx768m @/app/jvm.options -Djava.io.tmpdir=/training \
      -cp '/app/lib/*' app.goalgpt.standalone.Goalgpt demo --for 10s --customers 50 --rate 10 </dev/null \
    && rm -rf /training/goalgpt-*
USER root
# What only the demo and the tests need stays here. The order of the class path is written down: the archive holds for that order.
RUN rm /app/lib/embedded-postgres-binaries-* /app/lib/kafka_2.13-* /app/lib/scala-* \
    && ls /app/lib/*.jar | tr '\n' ':' | sed 's/^/-cp /; s/:$//' >/app/classpath \
    && java -Xlog:disable -Xlog:all=error:stderr -Xshare:dump -XX:SharedClassListFile=/training/all.classes -XX:SharedArchiveFile=/app/goalgpt.jsa \
         @/app/jvm.options @/app/classpath

FROM eclipse-temurin:21-jre
RUN groupadd --gid 10001 goalgpt \
    && useradd --uid 10001 --gid goalgpt --no-create-home --home-dir /var/lib/goalgpt --shell /usr/sbin/nologin goalgpt \
    && mkdir -p /var/lib/goalgpt && chown goalgpt:goalgpt /var/lib/goalgpt
COPY --from=trained /app /app
COPY operations/docker/goalgpt /usr/local/bin/goalgpt
# A container that stops keeps its state; whoever takes its place by `docker compose up` gets the same volume.
VOLUME /var/lib/goalgpt
USER goalgpt
WORKDIR /var/lib/goalgpt
ENV METRICS_ADDRESS=0.0.0.0:9464 TOPOLOGY_STATE_DIR=/var/lib/goalgpt/topology
EXPOSE 9464
ENTRYPOINT ["/usr/local/bin/goalgpt"]
CMD ["run"]
