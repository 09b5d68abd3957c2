package app.goalgpt.topology.badge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.customer.Level;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionReaderTest {

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of("{'type':'referrals','count':5}", new Condition.Referrals(5, 1)),
        Arguments.of("{'type':'referrals','count':2,'min_tier':3}", new Condition.Referrals(2, 3)),
        Arguments.of("{'type':'predictions','correct_count':10}", new Condition.PredictionsWon(10)),
        Arguments.of(
            "{'type':'predictions','accuracy':70,'min_count':20}",
            new Condition.PredictionAccuracy(new BigDecimal("70"), 20)),
        Arguments.of(
            "{'type':'predictions','accuracy':66.5,'min_count':1}",
            new Condition.PredictionAccuracy(new BigDecimal("66.5"), 1)),
        Arguments.of("{'type':'comments','count':10}", new Condition.Comments(10)),
        Arguments.of("{'type':'comments','like_count':50}", new Condition.CommentLikes(50)),
        Arguments.of("{'type':'login_streak','days':7}", new Condition.LoginStreak(7)),
        Arguments.of("{'type':'xp_level','level':'gold'}", new Condition.XpLevel(Level.GOLD)),
        Arguments.of("{'type':'credits_earned','amount':1000}", new Condition.CreditsEarned(1000)),
        Arguments.of("{'type':'manual'}", new Condition.Manual()));
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void readsEveryConditionOfTheSpec(String json, Condition condition) {
    assertThat(ConditionReader.read(json.replace('\'', '"'))).isEqualTo(condition);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"goals","count":1}                             | unlock_condition.type is "goals"
          {"count":1}                                            | unlock_condition.type is missing
          {"type":"referrals"}                                   | unlock_condition.count is missing
          {"type":"referrals","count":0}                         | unlock_condition.count is 0
          {"type":"referrals","count":-3}                        | unlock_condition.count is -3
          {"type":"referrals","count":1.5}                       | unlock_condition.count is 1.5
          {"type":"referrals","count":"5"}                       | unlock_condition.count is "5"
          {"type":"referrals","count":null}                      | unlock_condition.count is null
          {"type":"referrals","count":99999999999999999999999}   | unlock_condition.count is 99999999999999999999999
          {"type":"referrals","count":1,"min_tier":4}            | unlock_condition.min_tier is 4
          {"type":"predictions"}                                 | unlock_condition.accuracy is missing
          {"type":"predictions","accuracy":0,"min_count":1}      | unlock_condition.accuracy is 0
          {"type":"predictions","accuracy":101,"min_count":1}    | unlock_condition.accuracy is 101
          {"type":"predictions","accuracy":70}                   | unlock_condition.min_count is missing
          {"type":"predictions","accuracy":70,"min_count":0}     | unlock_condition.min_count is 0
          {"type":"comments","count":1,"like_count":2}           | unlock_condition.count is 1
          {"type":"comments","count":1,"in_match":7}             | unlock_condition.in_match is 7
          {"type":"login_streak","days":true}                    | unlock_condition.days is true
          {"type":"xp_level","level":"mythril"}                  | unlock_condition.level is "mythril"
          {"type":"xp_level"}                                    | unlock_condition.level is missing
          {"type":"credits_earned","amount":{}}                  | unlock_condition.amount is {}
          []                                                     | unlock_condition is []
          null                                                   | unlock_condition is null
          {"type":                                               | unlock_condition is not JSON
          """)
  void saysWhatIsWrongWithABadRule(String json, String message) {
    assertThatThrownBy(() -> ConditionReader.read(json))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith(message);
  }
}
