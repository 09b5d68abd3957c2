package app.goalgpt.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void writesWholeLinesOnlyWhereNobodyWatches() {
    Terminal terminal = terminal(false, false);

    terminal.progress("customers", 1, 2);
    terminal.working("parts", "starting");
    terminal.done("customers", terminal.style(Terminal.Style.RED, "3,000 with a history"));
    terminal.line("Şeyma İrem");

    assertThat(text()).isEqualTo("  customers            3,000 with a history\nŞeyma İrem\n");
  }

  @Test
  void writesOverTheLineInPlaceBeforeTheNext() {
    Terminal terminal = terminal(true, false);

    terminal.progress("customers", 50, 100);
    terminal.line("done");

    assertThat(text())
        .isEqualTo(
            "\r\u001B[K  customers            ████████████░░░░░░░░░░░░ 50 of 100\r\u001B[Kdone\n");
  }

  @Test
  void coloursOnlyWhereTheyAreWanted() {
    assertThat(terminal(true, true).style(Terminal.Style.GREEN, "ok"))
        .isEqualTo("\u001B[32mok\u001B[0m");
    assertThat(terminal(true, false).style(Terminal.Style.GREEN, "ok")).isEqualTo("ok");
  }

  private Terminal terminal(boolean interactive, boolean colours) {
    return new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), interactive, colours);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
