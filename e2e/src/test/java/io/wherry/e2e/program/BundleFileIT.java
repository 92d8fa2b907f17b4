package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import io.wherry.e2e.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site whose only link is a file, there, back, and there again: real programs, a real engine, and a network namespace with nothing in it. */
class BundleFileIT {
    @TempDir
    Path home;

    /** What a person does, in one shell; {@code lonely} runs a command where there is no network at all, not even a loopback that is up. */
    private static final String SCRIPT = """
            export PATH="$PWD/packaging/bin:$PATH" XDG_CONFIG_HOME="$HOME/.config"
            lonely() { unshare --net "$@"; }
            git config --global user.name Site; git config --global user.email site@localhost
            git config --global init.defaultBranch main
            trap 'status=$?; set +e; kill $(jobs -p) 2>/dev/null; wait; docker rm -f byfile-web-1 >/dev/null 2>&1;
              docker network rm byfile_default >/dev/null 2>&1; docker rmi -f wherry-byfile/web:1 >/dev/null 2>&1; exit $status' EXIT
            wherry-hub init --data $HOME/hub --hostname localhost
            sed -i "s|localDirectories: .*|localDirectories: [\\"$HOME\\"]|; s|:8443|:$rest|; s|:8444|:$agents|; s|:8445|:$health|" $HOME/hub/hub.yaml
            cat $HOME/hub/hub.yaml
            wherry-hub serve --data $HOME/hub > $HOME/hub.log 2>&1 &
            hub=$!
            for i in $(seq 60); do
              wherry login https://localhost:$rest --token-file $HOME/hub/admin-token --ca-file $HOME/hub/ca.crt && break
              sleep 1
            done
            wherry token create --labels site=ice | wherry-agent join --token-file - --name north --data $HOME/agent
            mkdir -p $HOME/image/bin
            cp /usr/bin/busybox $HOME/image/bin/
            ln -s busybox $HOME/image/bin/httpd
            tar -C $HOME/image -c . | docker import - wherry-byfile/web:1
            git init -q $HOME/shop
            cat > $HOME/shop/compose.yaml <<'EOF'
            name: byfile
            services:
              web:
                image: wherry-byfile/web:1
                command: ["httpd", "-f", "-p", "8080", "-h", "/www"]
                volumes: ["./www:/www:ro"]
            EOF
            mkdir $HOME/shop/www
            echo Hello > $HOME/shop/www/index.html
            git -C $HOME/shop add -A
            git -C $HOME/shop commit -q -m first
            cat > $HOME/fleet.yaml <<EOF
            apiVersion: wherry.io/v1alpha1
            kind: Source
            metadata: {name: shop}
            spec: {type: git, url: $HOME/shop, ref: {branch: main}, interval: 10s}
            ---
            apiVersion: wherry.io/v1alpha1
            kind: Stack
            metadata: {name: byfile}
            spec:
              sourceRef: shop
              format: compose
              targets:
                - {name: ice, agentSelector: {matchLabels: {site: ice}}}
            EOF
            wherry apply -f $HOME/fleet.yaml
            for i in $(seq 60); do
              wherry bundle export --agent north -o $HOME/north.wherry --valid-for 90d && break
              sleep 1
            done
            wherry bundle inspect $HOME/north.wherry
            mkdir $HOME/layout && tar -C $HOME/layout -xf $HOME/north.wherry
            for blob in $HOME/layout/blobs/sha256/*; do echo "$(basename $blob)  $blob"; done | sha256sum --check --quiet
            kill $hub; wait $hub || true
            echo '--- without a network'
            lonely wherry-agent bundle verify $HOME/north.wherry --data $HOME/agent
            lonely wherry-agent bundle apply $HOME/north.wherry --data $HOME/agent
            docker ps --filter name=byfile-web-1 --format 'runs: {{.Names}}'
            lonely wherry-agent bundle apply $HOME/north.wherry --data $HOME/agent
            lonely wherry-agent receipts export -o $HOME/site.receipts --data $HOME/agent
            cp $HOME/agent/outbox/0000000000000000001.dsse.json $HOME/first-receipt
            echo '--- at home again'
            wherry-hub serve --data $HOME/hub >> $HOME/hub.log 2>&1 &
            for i in $(seq 60); do wherry whoami && break; sleep 1; done
            wherry bundle import-receipts $HOME/site.receipts
            wherry bundle import-receipts $HOME/site.receipts
            wherry status
            wherry describe stack byfile
            wherry get stack byfile -o json
            wherry audit list --object Agent/north
            echo '--- and the hub tells the site what arrived'
            wherry bundle export --agent north -o $HOME/second.wherry --valid-for 90d
            wherry bundle inspect $HOME/second.wherry
            safe=$(wherry bundle inspect $HOME/second.wherry -o json | sed -n 's/.*"counter": \\([0-9]*\\).*/\\1/p')
            receipt=$(printf '%s/agent/outbox/%019d.dsse.json' $HOME $safe)
            lonely wherry-agent bundle verify $HOME/second.wherry --data $HOME/agent
            test -e $receipt
            lonely wherry-agent bundle apply $HOME/second.wherry --data $HOME/agent
            test ! -e $receipt
            lonely wherry-agent receipts export -o $HOME/second.receipts --data $HOME/agent
            blob=$(sha256sum < $HOME/first-receipt | cut -c 1-64)
            echo "in the first file: $(tar -tf $HOME/site.receipts | grep -c $blob)"
            echo "in the second file: $(tar -tf $HOME/second.receipts | grep -c $blob)"
            echo 'end of the journey'
            """;

    @Test
    void aStackComesUpWithoutANetworkAndItsOutcomeComesHome() throws Exception {
        Path script = Files.writeString(
                home.resolve("journey.sh"),
                "set -eu\nexport HOME=" + home + "\ncd " + Checkout.ROOT + "\nrest=" + FreePorts.take() + " agents="
                        + FreePorts.take() + " health=" + FreePorts.take() + "\n" + SCRIPT);

        Commands.Result result = Commands.run(Checkout.ROOT, home, "bash", script.toString());

        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("✔ whole", "would be accepted: sequence", "adopted: sequence", "runs: byfile-web-1")
                .contains(
                        "(adopted before)",
                        "agent/north: ",
                        ", none of them new",
                        "bundle.export",
                        "receipts.import",
                        "\"asOf\": \"")
                .contains("generation 1: applied and healthy", "end of the journey")
                .contains(
                        "RECEIPTS AT THE HUB",
                        "the hub has receipts 1 to ",
                        "in the first file: 1",
                        "in the second file: 0")
                .doesNotContain("ReceiptFork", "ReceiptsMissing", "what the file says of receipts is refused");
    }
}
