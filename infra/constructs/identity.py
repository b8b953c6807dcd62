"""Who an agent is: the user pool and the client that the apps sign in with."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.removal import removal_policy
from infra.stage import Stage
from infra.suppressions import accept_finding

ADMIN_GROUP = "admin"


class Identity(Construct):
    """A user pool that admins fill, with the group `admin`, and a public client for the apps.

    Sign-in is by SRP, which never sends the password; stages for developers also take USER_PASSWORD_AUTH, so that
    `make token` and a script with curl get along without an SRP library.
    """

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_)
        self.user_pool = cognito.UserPool(
            self,
            "UserPool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(7),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=stage.removal == "retain",
            removal_policy=removal_policy(stage),
        )
        cognito.UserPoolGroup(
            self,
            "Admins",
            user_pool=self.user_pool,
            group_name=ADMIN_GROUP,
            description="May read, transfer and close any room and manage the directory",
        )
        self.client = self.user_pool.add_client(
            "Apps",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(user_srp=True, user_password=stage.password_sign_in),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=cdk.Duration.hours(1),
            id_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=cdk.Duration.days(30),
        )
        accept_finding(
            self.user_pool,
            rule="AwsSolutions-COG2",
            because="A second factor is offered to every agent; whether it is demanded is the operator's choice.",
        )
        accept_finding(
            self.user_pool,
            rule="AwsSolutions-COG8",
            because="The Plus plan's threat protection is priced per agent: the operator's choice.",
        )
