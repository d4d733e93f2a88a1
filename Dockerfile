# The image of the report API, for those without Kubernetes: docker compose builds it. Needs nothing but Docker.
# (On Kubernetes the operator runs the image of the same service that the project publishes.)

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY operator/pom.xml operator/
COPY service/pom.xml service/
COPY e2e/pom.xml e2e/
COPY bench/pom.xml bench/
# The libraries change more rarely than the sources: this layer stays.
RUN mvn -q -B -pl service -am dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/build/lib
COPY service/src/main service/src/main
RUN mvn -q -B -pl service -am package -Dmaven.test.skip=true -Dspotless.check.skip=true

FROM eclipse-temurin:25-jre
RUN groupadd --gid 65532 tiercache && useradd --uid 65532 --gid 65532 --no-create-home --shell /usr/sbin/nologin tiercache
COPY --from=build /build/lib /app/lib
COPY --from=build /build/service/target/tiercache-service-*.jar /app/service.jar
USER 65532:65532
EXPOSE 8000 8081
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "-cp", "/app/service.jar:/app/lib/*", "dev.tiercache.service.Application"]
