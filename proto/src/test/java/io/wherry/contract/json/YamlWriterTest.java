package io.wherry.contract.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlNode;
import org.junit.jupiter.api.Test;

class YamlWriterTest {
    @Test
    void writesBlocks() {
        Json value = JsonReader.document("""
                {"a": 1, "b": {"c": [], "d": {}}, "e": ["x", {"f": null, "g": true}, [1, [2]]], "h": 0.5}""".getBytes(UTF_8));
        assertThat(YamlWriter.write(value)).isEqualTo("""
                a: 1
                b:
                  c: []
                  d: {}
                e:
                - x
                - f: null
                  g: true
                - - 1
                  - - 2
                h: 0.5
                """);
    }

    @Test
    void quotesEveryTextThatSomeReaderWouldTakeForSomethingElse() {
        for (String text : new String[] {
            "",
            " ",
            "0440",
            "1e3",
            "yes",
            "On",
            "null",
            "~",
            "1:30",
            "a: b",
            "#x",
            "- x",
            "x #y",
            "*a",
            "&a",
            "!x",
            "a\nb",
            "\u0007",
            "{a",
            "%x",
            "@x",
            "2001-01-01",
            ".5",
            ".inf",
            "0x1f",
            "1_000",
            "=",
            "<<",
            "shop:1",
            "./data",
            "a=b",
            "sha256:00ff",
            "${SITE}"
        }) {
            String yaml = YamlWriter.write(Json.object().put("k", text).build());
            YamlNode read = ((YamlNode.Mapping) Yaml.parse("f", yaml.getBytes(UTF_8)))
                    .find("k")
                    .orElseThrow();
            assertThat(Scalars.read((YamlNode.Scalar) read)).as(yaml).isEqualTo(new ScalarValue.Text(text));
        }
        assertThat(YamlWriter.write(Json.object().put("k", "yes").build())).isEqualTo("k: \"yes\"\n");
        assertThat(YamlWriter.write(Json.object().put("k", "shop:1").build())).isEqualTo("k: shop:1\n");
    }
}
