package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the volume of a container before, without a name and at {@code /data}, goes. */
class MovedVolumesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        the image declares it                       | /data  | {}                                                                              | true
        nobody says anything of it                  | /other | {}                                                                              | false
        the model has one without a name            |        | {'Mounts': [{'Type': 'volume', 'Target': '/data'}]}                             | true
        the model has one by its name and an option | /data  | {'Mounts': [{'Type': 'volume', 'Source': 'named', 'Target': '/data'}]}          | false
        the model has one by its name               | /data  | {'Binds': ['named:/data:rw']}                                                   | false
        the model has a folder of the host there    | /data  | {'Binds': ['/srv:/data:ro']}                                                    | false
        the model has memory there, which lies over | /data  | {'Tmpfs': {'/data': ''}}                                                        | true
        the model has memory of a size there        | /data  | {'Mounts': [{'Type': 'tmpfs', 'Target': '/data'}]}                              | false
        the model has a file there                  | /data  | {'Mounts': [{'Type': 'bind', 'Source': '/x', 'Target': '/data'}]}               | false
        """)
    void goesAlongWhereItHasAPlace(String name, String declared, String host, boolean goes) {
        Map<String, String> moved = Map.of("/data", "4e7a");

        Map<String, String> placed = Mounts.placed(
                JsonReader.object(host.replace('\'', '"').getBytes(UTF_8)),
                moved,
                declared == null ? Set.of() : Set.of(declared));

        assertThat(placed).as(name).isEqualTo(goes ? moved : Map.of());
    }
}
