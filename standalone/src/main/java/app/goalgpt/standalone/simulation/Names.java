package app.goalgpt.standalone.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Names of people, matches and what people say; invented. */
final class Names {
  private static final List<String> FIRST =
      List.of(
          "Elif", "Zeynep", "Defne", "Asya", "Ayşe", "Fatma", "Merve", "Büşra", "Selin", "Ece",
          "Gizem", "Özge", "Şeyma", "İrem", "Derya", "Pınar", "Ceren", "Melis", "Nur", "Yağmur",
          "Yusuf", "Mustafa", "Mehmet", "Ahmet", "Emre", "Burak", "Kerem", "Çağrı", "Onur", "Umut",
          "Barış", "Oğuz", "Tolga", "Volkan", "Hakan", "İbrahim", "Ömer", "Furkan", "Görkem", "Alp",
          "James", "Emily", "Oliver", "Sophie", "Daniel", "Grace");
  private static final List<String> LAST =
      List.of(
          "Yılmaz",
          "Kaya",
          "Demir",
          "Şahin",
          "Çelik",
          "Yıldız",
          "Yıldırım",
          "Öztürk",
          "Aydın",
          "Özdemir",
          "Arslan",
          "Doğan",
          "Kılıç",
          "Aslan",
          "Çetin",
          "Kara",
          "Koç",
          "Kurt",
          "Özkan",
          "Şimşek",
          "Polat",
          "Korkmaz",
          "Güneş",
          "Aksoy",
          "Erdoğan",
          "Taş",
          "Bulut",
          "Turan",
          "Uçar",
          "Işık");
  private static final List<String> LAST_ENGLISH =
      List.of("Smith", "Taylor", "Wright", "Walker", "Hughes", "Cooper", "Bailey", "Morgan");
  private static final List<String> REMARKS =
      List.of(
          "Bu maç kesin üst biter!",
          "Hakem yine sahnede…",
          "Kaleci günün adamı 👏",
          "İkinci yarı bambaşka bir takım.",
          "Derbi havası var, beraberlik kokuyor.",
          "Orta saha kaybolmuş, değişiklik şart.",
          "What a finish! ⚽",
          "Never a penalty.",
          "Deplasmanda bu tempo zor tutar.",
          "Tahminim tuttu, teşekkürler GoalGPT!",
          "Son dakika golü geliyor, hissediyorum.",
          "Korner istatistiğine bakın, her şey ortada.");
  private static final List<String> PARTNERS =
      List.of("Tribün TV", "Ofsayt Podcast", "Taktik Tahtası", "Son Dakika", "Gol Kulübü");
  private static final int ENGLISH_FROM = FIRST.indexOf("James");

  private Names() {}

  /** Of partners of the app. */
  static List<String> partners() {
    return PARTNERS;
  }

  static String person(SplittableRandom random) {
    int first = random.nextInt(FIRST.size());
    List<String> last = first >= ENGLISH_FROM ? LAST_ENGLISH : LAST;
    return FIRST.get(first) + " " + last.get(random.nextInt(last.size()));
  }

  static String locale(String person) {
    return FIRST.indexOf(person.split(" ")[0]) >= ENGLISH_FROM ? "en" : "tr";
  }

  static String remark(SplittableRandom random) {
    return REMARKS.get(random.nextInt(REMARKS.size()));
  }

  static String match(SplittableRandom random) {
    return "match-" + (10_000 + random.nextInt(400));
  }
}
