package app.goalgpt.console.api;

import app.goalgpt.connectors.queries.BadgeRow;
import app.goalgpt.connectors.queries.CustomerQueries;
import app.goalgpt.connectors.queries.CustomerRecord;
import app.goalgpt.connectors.queries.LedgerRow;
import app.goalgpt.connectors.queries.ReferralRow;
import app.goalgpt.connectors.queries.Standing;
import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Problem;
import app.goalgpt.console.http.Reply;
import app.goalgpt.console.http.Route;
import app.goalgpt.console.letter.Shelf;
import app.goalgpt.console.why.BadgeAnswer;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.RewardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Customers, and why they have what they have. */
public final class CustomersApi {
  private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,190}");

  private final Database database;
  private final CustomerQueries queries;
  private final Shelf shelf;

  public CustomersApi(AppTables tables, Database database, Shelf shelf) {
    this.database = database;
    this.queries = new CustomerQueries(tables);
    this.shelf = shelf;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/api/customers", this::find, "q"),
        Route.get("/api/customers/{id}", this::customer),
        Route.get("/api/customers/{id}/badges/{badge}", this::badge));
  }

  private Reply find(Exchange exchange) throws SQLException {
    String asked =
        exchange
            .asked("q")
            .map(String::strip)
            .orElseThrow(() -> Problem.badRequest("q must be a customer's id or e-mail address"));
    CustomerRecord customer =
        database
            .read(
                connection ->
                    EMAIL.matcher(asked).matches()
                        ? queries.byEmail(connection, asked)
                        : queries.byId(connection, Exchange.uuid("q", asked)))
            .orElseThrow(CustomersApi::nobody);
    return Reply.ok(customer);
  }

  private static Problem nobody() {
    return Problem.notFound("there is no such customer");
  }

  /**
   * @param badges every badge with its answer
   * @param rewards settled ones of referrals; those of badges are with the badges
   * @param letters open dead letters that are keyed by this customer
   */
  record Customer(
      CustomerRecord customer,
      Standing standing,
      List<BadgeAnswer> badges,
      List<ReferralRow> referrals,
      List<LedgerRow> rewards,
      List<Shelf.Summary> letters) {}

  private Reply customer(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    return database.read(
        connection -> {
          CustomerRecord customer = queries.byId(connection, id).orElseThrow(CustomersApi::nobody);
          Standing standing = queries.standing(connection, id).orElseThrow(CustomersApi::nobody);
          List<ReferralRow> referrals = queries.referrals(connection, id);
          return Reply.ok(
              new Customer(
                  customer,
                  standing,
                  answers(connection, id, standing, queries.badges(connection, id)),
                  referrals,
                  queries.ledger(connection, tierRewards(referrals)),
                  shelf.keyed(id.toString())));
        });
  }

  private static List<UUID> tierRewards(List<ReferralRow> referrals) {
    List<UUID> ids = new ArrayList<>();
    for (ReferralRow referral : referrals) {
      ids.add(RewardId.referralTier(referral.id(), 2));
      ids.add(RewardId.referralTier(referral.id(), 3));
    }
    return ids;
  }

  private List<BadgeAnswer> answers(
      Connection connection, UUID customerId, Standing standing, List<BadgeRow> badges)
      throws SQLException {
    Map<UUID, LedgerRow> ledger =
        queries
            .ledger(
                connection,
                badges.stream().map(badge -> RewardId.badge(badge.id(), customerId)).toList())
            .stream()
            .collect(Collectors.toMap(LedgerRow::badgeId, Function.identity()));
    return badges.stream()
        .map(badge -> BadgeAnswer.of(badge, standing, ledger.get(badge.id())))
        .toList();
  }

  /** By the badge's id or its slug. */
  private Reply badge(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    String asked = exchange.parameter("badge");
    return database.read(
        connection -> {
          Standing standing = queries.standing(connection, id).orElseThrow(CustomersApi::nobody);
          List<BadgeRow> badges =
              queries.badges(connection, id).stream()
                  .filter(row -> row.slug().equals(asked) || row.id().toString().equals(asked))
                  .toList();
          return answers(connection, id, standing, badges).stream()
              .findFirst()
              .map(Reply::ok)
              .orElseThrow(() -> Problem.notFound("there is no such badge"));
        });
  }
}
