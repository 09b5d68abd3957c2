package app.goalgpt.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of docs/ARCHITECTURE.md, "Rooms", that Maven's modules cannot keep alone. */
class ArchitectureTest {
  private static final String ROOT = "app.goalgpt.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("app.goalgpt");

  /** Module to the modules that it sees. */
  private static final Map<String, List<String>> SEES =
      Map.of(
          "settings", List.of(),
          "messages", List.of("settings"),
          "connectors", List.of("settings", "messages"),
          "topology", List.of("settings", "messages"),
          "notifier", List.of("settings", "messages"),
          "scheduler", List.of("settings", "messages"),
          "console", List.of("settings", "messages", "connectors", "topology", "scheduler"),
          "embedded", List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "settings",
        "messages",
        "connectors",
        "topology",
        "notifier",
        "scheduler",
        "console",
        "embedded"
      })
  void a_module_sees_no_sibling(String module) {
    Assertions.assertThat(CLASSES.containPackage(ROOT + module)).as(module).isTrue();
    String[] others =
        CLASSES.stream()
            .map(type -> type.getPackageName() + ".")
            .filter(name -> name.startsWith(ROOT) && !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.")[0])
            .distinct()
            .filter(other -> !other.equals(module) && !SEES.get(module).contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(CLASSES);
  }

  @Test
  void only_connectors_and_what_acts_as_the_app_speak_sql() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "settings..",
            ROOT + "messages..",
            ROOT + "topology..",
            ROOT + "notifier..",
            ROOT + "scheduler..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
        .check(CLASSES);
  }

  /**
   * The console shows what the parts decide by the code that decides it (schedules, campaigns'
   * audiences, conditions); of connectors it sees what reads, and nothing that writes.
   */
  @Test
  void the_console_sees_of_connectors_what_reads() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "console..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + "connectors..")
                .and(
                    not(
                        resideInAnyPackage(
                            ROOT + "connectors.queries",
                            ROOT + "connectors.audience",
                            ROOT + "connectors.database"))))
        .check(CLASSES);
  }

  @Test
  void the_consoles_sql_is_in_connectors() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "console..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.sql\\.(PreparedStatement|ResultSet|CallableStatement)")
        .check(CLASSES);
  }

  @Test
  void only_the_notifier_speaks_fcm() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "notifier..", ROOT + "embedded.fcm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.firebase..", "com.google.auth..")
        .check(CLASSES);
  }

  @Test
  void the_topology_does_no_io_but_kafka() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "topology..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "io.debezium..", "com.google..")
        .check(CLASSES);
  }

  /** The core is plain Java, tested in milliseconds. */
  @Test
  void the_core_of_the_topology_knows_no_kafka() {
    classes()
        .that()
        .resideInAnyPackage(
            ROOT + "topology.announcement..",
            ROOT + "topology.badge..",
            ROOT + "topology.campaign..",
            ROOT + "topology.customer..",
            ROOT + "topology.decision..",
            ROOT + "topology.job..",
            ROOT + "topology.referral..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("org.apache.kafka..", "org.rocksdb..")
        .check(CLASSES);
  }

  @Test
  void only_main_reads_the_environment() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "standalone", ROOT + "embedded..")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void no_package_is_named_common_core_util_or_helper() {
    noClasses()
        .should()
        .resideInAnyPackage("..common..", "..core..", "..util..", "..utils..", "..helper..")
        .check(CLASSES);
  }
}
