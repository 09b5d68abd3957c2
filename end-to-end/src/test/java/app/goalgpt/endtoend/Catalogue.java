package app.goalgpt.endtoend;

/**
 * Badges with thresholds so low that a few customers reach many of them within seconds, one or more
 * per type of condition; rewards feed on each other. One is switched on and off by the app, one has
 * a rule that means nothing.
 */
final class Catalogue {
  static final String SQL =
      """
      INSERT INTO badges (slug, name_tr, name_en, unlock_condition, reward_xp, reward_credits, reward_vip_days) VALUES
        ('friend', 'İlk Arkadaş', 'First Friend', '{"type":"referrals","count":1}', 50, 10, 0),
        ('butterfly', 'Sosyal Kelebek', 'Social Butterfly', '{"type":"referrals","count":3}', 200, 0, 3),
        ('guru', 'İletişim Gurusu', 'Network Guru', '{"type":"referrals","count":2,"min_tier":2}', 0, 40, 0),
        ('commenter', 'Yorumcu', 'Commenter', '{"type":"comments","count":3}', 100, 0, 0),
        ('columnist', 'Köşe Yazarı', 'Columnist', '{"type":"comments","count":10}', 300, 20, 0),
        ('popular', 'Popüler Yorum', 'Popular', '{"type":"comments","like_count":5}', 0, 15, 0),
        ('switched', 'Açık Kapalı', 'On and off', '{"type":"comments","count":5}', 5, 5, 0),
        ('seer', 'Tahmin Ustası', 'Seer', '{"type":"predictions","correct_count":2}', 150, 0, 0),
        ('sharp', 'Keskin', 'Sharp', '{"type":"predictions","accuracy":60,"min_count":3}', 0, 25, 1),
        ('week', '7 Gün', '7 Days', '{"type":"login_streak","days":7}', 70, 7, 0),
        ('silver', 'Gümüş Seviye', 'Silver', '{"type":"xp_level","level":"silver"}', 20, 0, 0),
        ('gold', 'Altın Seviye', 'Gold', '{"type":"xp_level","level":"gold"}', 0, 100, 0),
        ('saver', 'Biriktiren', 'Saver', '{"type":"credits_earned","amount":60}', 60, 0, 0),
        ('rich', 'Zengin', 'Rich', '{"type":"credits_earned","amount":200}', 0, 20, 0),
        ('handmade', 'El Emeği', 'Handmade', '{"type":"manual"}', 1000, 1000, 0),
        ('riddle', 'Bilmece', 'Riddle', '{"type":"moon_phase","phase":"full"}', 1000, 1000, 0)""";

  private Catalogue() {}
}
