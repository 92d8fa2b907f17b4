package io.wherry.hub.source;

import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.BuiltinFactory;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;

/** Clients of SSH that know nothing of the machine they run on, and speak what is not broken. */
final class SshClients {
    /** RFC 9142 and later: no SHA-1, no group of 1,024 bits. */
    private static final List<BuiltinDHFactories> KEY_EXCHANGES = List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh,
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.ecdhp256,
            BuiltinDHFactories.ecdhp384,
            BuiltinDHFactories.ecdhp521,
            BuiltinDHFactories.dhg16_512,
            BuiltinDHFactories.dhg18_512,
            BuiltinDHFactories.dhg14_256);

    private static final List<BuiltinCiphers> CIPHERS = List.of(
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.cc20p1305_openssh,
            BuiltinCiphers.aes256ctr,
            BuiltinCiphers.aes128ctr);

    private static final List<BuiltinMacs> MACS = List.of(
            BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm, BuiltinMacs.hmacsha256, BuiltinMacs.hmacsha512);

    /** Of servers and of our key; {@code ssh-rsa}, which is RSA with SHA-1, is not among them. */
    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private SshClients() {}

    /**
     * Starts one; whoever has it closes it.
     *
     * @param key       the one that is offered to servers
     * @param hostTypes of the keys by which the server is known: asked for first, so that a server of several keys shows one of these
     * @param known     whether a server that shows this key is the right one
     */
    static SshClient start(KeyPair key, List<String> hostTypes, Predicate<PublicKey> known) {
        SshClient client = ClientBuilder.builder()
                .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                .filePasswordProvider(FilePasswordProvider.EMPTY)
                .serverKeyVerifier((session, at, shown) -> known.test(shown))
                .keyExchangeFactories(NamedFactory.setUpTransformedFactories(true, KEY_EXCHANGES, ClientBuilder.DH2KEX))
                .cipherFactories(BuiltinFactory.setUpFactories(true, CIPHERS))
                .macFactories(BuiltinFactory.setUpFactories(true, MACS))
                .compressionFactories(BuiltinFactory.setUpFactories(true, List.of(BuiltinCompressions.none)))
                .signatureFactories(BuiltinFactory.setUpFactories(true, ordered(hostTypes)))
                .forwardingFilter(RejectAllForwardingFilter.INSTANCE)
                .channelFactories(List.of())
                .build();
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setKeyIdentityProvider(KeyIdentityProvider.wrapKeyPairs(key));
        client.setAgentFactory(null);
        client.start();
        return client;
    }

    private static List<BuiltinSignatures> ordered(List<String> hostTypes) {
        List<BuiltinSignatures> first = new ArrayList<>(SIGNATURES);
        first.removeIf(one -> !hostTypes.contains(keyType(one)));
        for (BuiltinSignatures one : SIGNATURES) {
            if (!first.contains(one)) {
                first.add(one);
            }
        }
        return first;
    }

    private static String keyType(BuiltinSignatures signature) {
        return signature.getName().startsWith("rsa-") ? "ssh-rsa" : signature.getName();
    }
}
