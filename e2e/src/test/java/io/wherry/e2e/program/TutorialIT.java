package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's five minutes: every block as it is printed, in order, in one shell. */
class TutorialIT {
    private static final Pattern TUTORIAL =
            Pattern.compile("<!-- tutorial -->(.*)<!-- end of tutorial -->", Pattern.DOTALL);
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path home;

    @Test
    void everyBlockWorksAsPrinted() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).hasSizeGreaterThan(8);
        StringBuilder script =
                new StringBuilder("set -eu\nexport XDG_CACHE_HOME=\"${XDG_CACHE_HOME:-$HOME/.cache}\" HOME=" + home
                        + "\ncd " + Checkout.ROOT + "\n");
        // What a person does at the end by hand, also when a block failed.
        script.append(
                "trap 'status=$?; set +e; kill $(jobs -p) 2>/dev/null; wait; docker rm -f shop-web-1 >/dev/null 2>&1; docker network rm shop_default >/dev/null 2>&1;"
                        + " docker rmi -f wherry-tutorial/web:1 >/dev/null 2>&1; exit $status' EXIT\n");
        for (int i = 0; i < blocks.size(); i++) {
            script.append("echo '--- block ")
                    .append(i + 1)
                    .append("'\n")
                    .append(blocks.get(i))
                    .append('\n');
        }
        script.append("echo 'end of the tutorial'\n");
        Path file = home.resolve("tutorial.sh");
        Files.writeString(file, script);

        Commands.Result result = Commands.run(Checkout.ROOT, home, "bash", file.toString());

        assertThat(result.output()).contains("end of the tutorial");
        assertThat(result.exit()).as(result.output()).isZero();
    }

    private static List<String> blocks() throws Exception {
        Matcher tutorial = TUTORIAL.matcher(Files.readString(Checkout.ROOT.resolve("README.md")));
        assertThat(tutorial.find()).isTrue();
        Matcher block = BLOCK.matcher(tutorial.group(1));
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }
}
