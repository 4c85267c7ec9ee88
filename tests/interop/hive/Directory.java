import javax.security.sasl.AuthenticationException;

import org.apache.hive.service.auth.PasswdAuthenticationProvider;

/** Whom a HiveServer2 with the authentication CUSTOM lets in. */
public class Directory implements PasswdAuthenticationProvider {
    @Override
    public void Authenticate(String user, String password) throws AuthenticationException {
        if (!user.equals("alice") || !password.equals("rabbit hole")) {
            throw new AuthenticationException("wrong user or password");
        }
    }
}
