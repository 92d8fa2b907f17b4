package io.wherry.e2e.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A real Git server: {@code git-http-backend} behind nginx with TLS and a certificate authority of its own, on the loopback address.
 *
 * <p>The way a URL begins says how the server treats it ({@link Mode}), so one server can be good and bad at once. Needs nginx, fcgiwrap and
 * git; without them the tests fail.
 */
public final class GitHttpsServer implements AutoCloseable {
    private static final String NGINX = "/usr/sbin/nginx";
    private static final String FCGIWRAP = "/usr/sbin/fcgiwrap";
    private static final String BACKEND = "/usr/lib/git-core/git-http-backend";

    /** nginx and fcgiwrap are up within some 50 ms; a loaded machine takes longer. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

    public static final String USER = "bot";
    public static final String PASSWORD = "correct-horse";
    public static final String TOKEN = "t0ken-for-bearer";

    /** How a request is treated. */
    public enum Mode {
        /** Everybody may read. */
        OPEN,
        /** Everybody may read, in the first version of the protocol, which is all that some servers know. */
        OLD,
        /** {@link #USER} with {@link #PASSWORD} may read. */
        BASIC,
        /** {@link #TOKEN} as Bearer may read. */
        BEARER,
        /** Sends to {@link #redirectTarget} whoever asks. */
        REDIRECT,
        /** Accepts the request and never answers. */
        HANG,
        /** Answers with one byte every 100 ms. */
        DRIBBLE
    }

    private final Path folder;
    private final Place place;
    private final int port;
    private final ServerCertificates certificates;
    private final String redirectTarget;
    private final Map<String, Repository> repositories = new TreeMap<>();
    private Process fcgiwrap;
    private Process nginx;

    /**
     * Where it listens.
     *
     * @param address IPv4
     * @param host    as its URLs call it
     * @param way     what comes before the command that starts it, and before one that asks it: {@code nsenter …}
     */
    public record Place(String address, String host, List<String> way) {
        static final Place HERE = new Place("127.0.0.1", "localhost", List.of());
    }

    private GitHttpsServer(Path folder, String redirectTarget, Place place) {
        this.folder = folder;
        this.place = place;
        this.redirectTarget = redirectTarget;
        this.port = FreePorts.take();
        try {
            for (String part : List.of("repositories", "clones", "temporary", "secrets")) {
                Files.createDirectories(folder.resolve(part));
            }
            this.certificates = ServerCertificates.create(folder.resolve("secrets"), place.address());
            Files.writeString(folder.resolve("secrets/htpasswd"), USER + ":{PLAIN}" + PASSWORD + "\n");
            script("hang.cgi", "exec sleep 3600");
            script("dribble.cgi", """
                    printf 'Content-Type: application/x-git-upload-pack-advertisement\\r\\n\\r\\n'
                    while sleep 0.1; do printf x; done""");
            Files.writeString(folder.resolve("nginx.conf"), configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.fcgiwrap = startFcgiwrap();
        try {
            this.nginx = startNginx();
        } catch (RuntimeException e) {
            Programs.end(fcgiwrap);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop)); // also when the tests are interrupted
    }

    /** Starts in an empty folder. */
    public static GitHttpsServer start(Path folder) {
        return start(folder, "https://elsewhere.invalid/stolen.git");
    }

    /** As above; {@link Mode#REDIRECT} sends to the given address. */
    public static GitHttpsServer start(Path folder, String redirectTarget) {
        return start(folder, redirectTarget, Place.HERE);
    }

    /** As above, at another place. */
    public static GitHttpsServer start(Path folder, Place place) {
        return start(folder, "https://elsewhere.invalid/stolen.git", place);
    }

    private static GitHttpsServer start(Path folder, String redirectTarget, Place place) {
        List.of(NGINX, FCGIWRAP, BACKEND).forEach(Programs::require);
        return new GitHttpsServer(folder, redirectTarget, place);
    }

    /** A new empty repository, with a clone to commit in. */
    public Repository repository(String name) {
        return repositories.computeIfAbsent(
                name,
                n -> Repository.create(n, folder.resolve("repositories/" + n + ".git"), folder.resolve("clones/" + n)));
    }

    public String url(Mode mode, Repository repository) {
        return "https://" + place.host() + ":" + port + "/" + path(mode) + "/" + repository.name() + ".git";
    }

    /** The authority's certificate in PEM: a source's {@code caBundle}. */
    public String authority() {
        try {
            return Files.readString(certificates.authority());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path authorityFile() {
        return certificates.authority();
    }

    /** Its own certificate and key, for a neighbour at the same address. */
    public Path certificateFile() {
        return certificates.certificate();
    }

    public Path keyFile() {
        return certificates.key();
    }

    public int port() {
        return port;
    }

    public String redirectTarget() {
        return redirectTarget;
    }

    /** One line for each request: method, path, status, and the user nginx saw. */
    public List<String> accessLog() {
        Path log = folder.resolve("access.log");
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Like a server that is switched off: connections are refused until {@link #startAgain}. */
    public void stop() {
        Programs.end(nginx);
        Programs.end(fcgiwrap);
    }

    public void startAgain() {
        fcgiwrap = startFcgiwrap();
        nginx = startNginx();
    }

    private Process startFcgiwrap() {
        Path socket = folder.resolve("fcgi.sock");
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process process =
                Programs.start(folder.resolve("fcgiwrap.log"), List.of(FCGIWRAP, "-c", "8", "-s", "unix:" + socket));
        await("fcgiwrap", process, () -> Files.exists(socket));
        return process;
    }

    private Process startNginx() {
        List<String> command = new ArrayList<>(place.way());
        command.addAll(List.of(NGINX, "-p", folder.toString(), "-e", "error.log"));
        command.addAll(List.of("-c", folder.resolve("nginx.conf").toString()));
        Process process = Programs.start(folder.resolve("nginx.log"), command);
        await("nginx", process, this::answers);
        return process;
    }

    private boolean answers() {
        if (!place.way().isEmpty()) {
            return Programs.works(
                    place.way(), "curl", "-sk", "-o", "/dev/null", "https://" + place.host() + ":" + port);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private void await(String name, Process process, BooleanSupplier ready) {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                Programs.end(process);
                throw new IllegalStateException(name + " did not start: " + logs());
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(name, e);
            }
        }
    }

    private String logs() {
        StringBuilder text = new StringBuilder();
        for (String log : List.of("fcgiwrap.log", "nginx.log", "error.log")) {
            try {
                text.append(Files.exists(folder.resolve(log)) ? Files.readString(folder.resolve(log)) : "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return text.toString();
    }

    private static String path(Mode mode) {
        return mode.name().toLowerCase(java.util.Locale.ROOT);
    }

    private void script(String name, String body) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body + "\n", US_ASCII);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String configuration() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return """
                %s
                daemon off;
                pid nginx.pid;
                worker_processes 1;
                events { worker_connections 128; }
                http {
                  log_format brief '$request_method $request_uri $status "$remote_user"';
                  access_log access.log brief;
                  client_body_temp_path temporary/body;
                  fastcgi_temp_path temporary/fastcgi;
                  proxy_temp_path temporary/proxy;
                  scgi_temp_path temporary/scgi;
                  uwsgi_temp_path temporary/uwsgi;
                  client_max_body_size 0;
                  fastcgi_read_timeout 1h;
                  fastcgi_buffering off;
                  fastcgi_param REQUEST_METHOD $request_method;
                  fastcgi_param QUERY_STRING $query_string;
                  fastcgi_param CONTENT_TYPE $content_type;
                  fastcgi_param CONTENT_LENGTH $content_length;
                  fastcgi_param REMOTE_USER $remote_user;
                  fastcgi_param GIT_PROJECT_ROOT %s/repositories;
                  fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                  fastcgi_param GIT_PROTOCOL $protocol;
                  fastcgi_param GIT_CONFIG_NOSYSTEM 1;
                  fastcgi_param GIT_CONFIG_GLOBAL /dev/null;
                  fastcgi_param HOME %s/temporary;
                  fastcgi_param PATH_INFO $git_path;
                  fastcgi_param SCRIPT_FILENAME $script;
                  map $uri $protocol { default $http_git_protocol; ~^/old/ ""; }
                  map $uri $git_path { ~^/[a-z]+(?<rest>/.*)$ $rest; }
                  map $uri $script {
                    default %s;
                    ~^/hang/ %s/hang.cgi;
                    ~^/dribble/ %s/dribble.cgi;
                  }
                  server {
                    listen %s:%d ssl;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    location /open/ { fastcgi_pass unix:fcgi.sock; }
                    location /old/ { fastcgi_pass unix:fcgi.sock; }
                    location /basic/ {
                      auth_basic "git";
                      auth_basic_user_file secrets/htpasswd;
                      fastcgi_pass unix:fcgi.sock;
                    }
                    location /bearer/ {
                      add_header WWW-Authenticate 'Bearer realm="git"' always;
                      if ($http_authorization != "Bearer %s") { return 401; }
                      fastcgi_pass unix:fcgi.sock;
                    }
                    location /redirect/ { return 302 %s/info/refs?service=git-upload-pack; }
                    location /hang/ { fastcgi_pass unix:fcgi.sock; }
                    location /dribble/ { fastcgi_pass unix:fcgi.sock; }
                  }
                }
                """.formatted(
                        root ? "user root;" : "",
                        folder,
                        folder,
                        BACKEND,
                        folder,
                        folder,
                        place.address(),
                        port,
                        certificates.certificate(),
                        certificates.key(),
                        TOKEN,
                        redirectTarget)
                .replace("unix:fcgi.sock", "unix:" + folder.resolve("fcgi.sock"))
                .replace("secrets/htpasswd", folder.resolve("secrets/htpasswd").toString());
    }

    @Override
    public void close() {
        stop();
    }
}
