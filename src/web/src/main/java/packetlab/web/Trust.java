package packetlab.web;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/**
 * Whom a client of https and wss trusts: one certificate and no other.
 *
 * @param context made with the manager
 */
public record Trust(SSLContext context, X509TrustManager manager) {}
