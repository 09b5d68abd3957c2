package app.goalgpt.console;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.console.http.Route;
import app.goalgpt.messages.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document against the routes that there are, and against what they answer. */
class OpenApiTest {
  private static final String ID = "22222222-0000-4000-8000-000000000001";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static ConsoleStage stage;
  private static JsonNode document;

  @BeforeAll
  static void start() throws Exception {
    stage = new ConsoleStage();
    HttpResponse<String> served = stage.send(stage.request("api/openapi.yaml").build());
    document = new YAMLMapper().readTree(served.body());
    fill();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static void fill() throws SQLException {
    UUID badge = UUID.randomUUID();
    stage.sql(
        """
        INSERT INTO customer_users (id, email, full_name) VALUES ('%1$s', 'x@example.org', 'X');
        INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition) VALUES ('%2$s', 'a', 'A', 'A', '{"type": "comments", "count": 2}');
        INSERT INTO job_execution_logs (id, job_name, started_at, status) VALUES ('%1$s', 'dead-token-cleanup', now(), 'running');
        INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at) VALUES ('%1$s', 'T', 'B', 'all', now());
        """
            .formatted(ID, badge));
  }

  @Test
  void namesEveryRouteWithItsParametersAndNoOther() {
    Set<String> routes = new TreeSet<>();
    for (Route route : stage.console.routes()) {
      routes.add(route.method() + " " + route.template() + " " + new TreeSet<>(route.query()));
    }
    Set<String> documented = new TreeSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (METHODS.contains(operation.getKey())) {
                            documented.add(
                                operation.getKey().toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey()
                                    + " "
                                    + query(operation.getValue()));
                          }
                        }));
    assertThat(documented).isEqualTo(routes);
  }

  private static Set<String> query(JsonNode operation) {
    Set<String> names = new TreeSet<>();
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              JsonNode resolved =
                  parameter.has("$ref")
                      ? document.at(parameter.path("$ref").asText().substring(1))
                      : parameter;
              if (resolved.path("in").asText().equals("query")) {
                names.add(resolved.path("name").asText());
              }
            });
    return names;
  }

  @Test
  void whatIsAnsweredIsWhatTheDocumentSays() throws Exception {
    answers("get", "/api/jobs", "api/jobs", null);
    answers("get", "/api/runs", "api/runs", null);
    answers("get", "/api/runs/{id}", "api/runs/" + ID, null);
    answers("get", "/api/rewards", "api/rewards", null);
    answers("get", "/api/figures", "api/figures", null);
    answers("get", "/api/campaigns", "api/campaigns", null);
    answers("get", "/api/campaigns/{id}", "api/campaigns/" + ID, null);
    answers("get", "/api/campaigns/{id}/preview", "api/campaigns/" + ID + "/preview", null);
    answers("post", "/api/campaigns/{id}/cancel", "api/campaigns/" + ID + "/cancel", "{}");
    answers("get", "/api/customers", "api/customers?q=" + ID, null);
    answers("get", "/api/customers/{id}", "api/customers/" + ID, null);
    answers("get", "/api/customers/{id}/badges/{badge}", "api/customers/" + ID + "/badges/a", null);
    answers("get", "/api/dead-letters", "api/dead-letters", null);
    answers("post", "/api/jobs/{job}/runs", "api/jobs/dead-token-cleanup/runs", "{}");
    answers(
        "put",
        "/api/jobs/{job}/switch",
        "api/jobs/dead-token-cleanup/switch",
        "{\"enabled\":false}");
    answers("delete", "/api/jobs/{job}/switch", "api/jobs/dead-token-cleanup/switch", null);
    answers("get", "/api/changes", "api/changes", null);
  }

  private static void answers(String method, String template, String path, String body)
      throws Exception {
    HttpResponse<String> response = stage.change(method.toUpperCase(Locale.ROOT), path, body);
    JsonNode answers = document.at("/paths").path(template).path(method).path("responses");
    JsonNode answer = answers.path(Integer.toString(response.statusCode()));
    assertThat(answer.isMissingNode()).as(template + ": " + response.body()).isFalse();
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.set("components", document.path("components"));
    schema.putArray("allOf").add(answer.at("/content/application~1json/schema"));
    JsonSchema read =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    assertThat(read.validate(Json.MAPPER.readTree(response.body()))).as(template).isEmpty();
  }
}
